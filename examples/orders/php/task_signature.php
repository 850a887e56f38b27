<?php
// Proves that a request comes from the dispatcher: its age and both of its signatures.
declare(strict_types=1);

const TOLERANCE_SECONDS = 300;
const SIGNED_VARIABLE = '/^HTTP_(X_(?:APPENGINE|CLOUDTASKS)_.*|TRACEPARENT)$/D';

/** The keys of one or more secrets, separated by spaces. During a rotation there are two. */
function signing_keys(string $secrets): array
{
    $keys = [];
    foreach (preg_split('/\s+/', $secrets, flags: PREG_SPLIT_NO_EMPTY) as $secret) {
        $key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6), strict: true) : false;
        if ($key === false || $key === '') {
            throw new InvalidArgumentException('a signing secret must be whsec_ and base64');
        }
        $keys[] = $key;
    }
    if ($keys === []) {
        throw new InvalidArgumentException('PUSH_SECRET must have at least one signing secret, got none');
    }
    return $keys;
}

/** Whether a dispatcher with one of the keys sent this request. $server is $_SERVER. */
function is_genuine(array $keys, array $server, string $body): bool
{
    $id = $server['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $server['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if (!preg_match('/^[0-9]{1,12}$/D', $timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    $lines = ['taskqueue v1', $server['REQUEST_METHOD'], $server['REQUEST_URI'], $id, $timestamp, hash('sha256', $body)];
    $request = implode("\n", [...$lines, ...signed_headers($server)]);
    return is_signed($keys, "$id.$timestamp.$body", $server['HTTP_WEBHOOK_SIGNATURE'] ?? '')
        && is_signed($keys, $request, $server['HTTP_TASKQUEUE_SIGNATURE'] ?? '');
}

/** The task's headers in the order of their names. */
function signed_headers(array $server): array
{
    $headers = [];
    foreach ($server as $variable => $value) {
        if (preg_match(SIGNED_VARIABLE, (string) $variable, $match) && trim($value, " \t") !== '') {
            $headers[strtolower(strtr($match[1], '_', '-'))] = trim($value, " \t");
        }
    }
    ksort($headers, SORT_STRING);
    return array_map(fn ($name, $value) => "$name:$value", array_keys($headers), $headers);
}

/** Whether one of the signatures, separated by spaces, was made with one of the keys. */
function is_signed(array $keys, string $text, string $signatures): bool
{
    foreach ($keys as $key) {
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', $text, $key, binary: true));
        foreach (explode(' ', $signatures) as $given) {
            if (hash_equals($expected, $given)) {
                return true;
            }
        }
    }
    return false;
}
