import { expect, test } from 'vitest';
import { responseText } from '../../src/dispatcher/delivery/response-text.ts';

const read = (body: string | Uint8Array, type?: string) => responseText(Buffer.from(body), type);

const EXPRESS = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Error</title>
</head>
<body>
<pre>SmtpError: 550 &lt;ada@example.org&gt; unknown<br> &nbsp; &nbsp;at send (/app/mail.js:7:9)</pre>
</body>
</html>
`;
const NGINX = `<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx/1.27</center>\r\n</body>\r\n</html>\r\n<!-- a padding to disable MSIE and Chrome friendly error page -->`;

test.each<[string, string, string | undefined, string]>([
  ['plain text', 'SmtpError: 550\nat send', 'text/plain', 'SmtpError: 550\nat send'],
  ['JSON', '{"error":"<b>x</b>"}', 'application/problem+json; charset=utf-8', '{"error":"<b>x</b>"}'],
  ['text without a type', 'out of paper', undefined, 'out of paper'],
  [
    'Express',
    EXPRESS,
    'text/html; charset=utf-8',
    'Error SmtpError: 550 <ada@example.org> unknown at send (/app/mail.js:7:9)',
  ],
  ['a proxy, without a type', NGINX, undefined, '502 Bad Gateway nginx/1.27'],
  [
    'scripts and styles',
    '<style>p{}</style><SCRIPT>if (a<b) x("<p>")</SCRIPT ><p>no <b>or</b>der</p>',
    'text/html',
    'no order',
  ],
  ['entities', '<p>&#233;&#xE9;&amp;lt;&euro;&#0;&#x110000;</p>', 'text/html', 'éé&lt;&euro;&#0;&#x110000;'],
  ['a tag that does not end', '<p>broken<a href="', 'text/html', 'broken'],
  ['a script that does not end', '<p>broken<script>x()', 'text/html', 'broken'],
  ['no tag at all', 'a < b', 'text/html', 'a'],
  ['an image', '\x89PNG', 'image/png', '(image/png, not text)'],
])('%s', (_, body, type, text) => {
  expect(read(body, type)).toBe(text);
});

test('the charset that the response names', () => {
  expect(read(Uint8Array.of(0xe9), 'text/html; charset=ISO-8859-1')).toBe('é');
  expect(read(Uint8Array.of(0xe9), 'text/html; charset=nonsense')).toBe('\ufffd');
});

test('at most 1 KB of whole characters', () => {
  const text = read('€'.repeat(10_000), 'text/html');
  expect([Buffer.byteLength(text), text.includes('\ufffd')]).toEqual([1023, false]);
});

// Were it quadratic, a megabyte of each would take hours.
test.each(['<', '<a ', '<!--', '</', '<script>', '<script></script ', '&#', '&amp;', ' ', '<p>', '<p>x'])(
  'a megabyte of %j is read in time',
  (part) => {
    expect(read(part.repeat(2 ** 20 / part.length), 'text/html').length).toBeLessThanOrEqual(1024);
  },
);
