import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { main } from './command.ts';

const pretend = (version: string) =>
  `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;

const runOn = (version: string) =>
  spawnSync(process.execPath, ['--import', pretend(version), main, '--version'], { encoding: 'utf8' });

test.each(['18.20.8', '20.19.0', '22.18.0', '21.7.3'])(
  'on Node %s it says what it needs, what it found and how to get it',
  (version) => {
    const { status, stdout, stderr } = runOn(version);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^pgtaskqueue needs Node 22\.19 or newer, this is Node [\d.]+\. .*nodejs\.org.*\n$/);
    expect(stderr).toContain(version);
  },
);

test.each(['22.19.0', '24.0.0', '26.1.0'])('on Node %s it runs', (version) => {
  expect(runOn(version)).toMatchObject({ status: 0, stderr: '' });
});
