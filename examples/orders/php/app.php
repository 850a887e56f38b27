<?php
// Takes orders and writes receipts: PHP's own server and PDO.
declare(strict_types=1);

require __DIR__ . '/task_signature.php';

function answer(int $status, string $text): void
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=utf-8');
    echo $text, "\n";
}

/** Commits what the work writes, or rolls it back if the work throws. */
function in_transaction(callable $work): mixed
{
    $db = new PDO('pgsql:'); // connects by libpq's variables, PGHOST and so on
    $db->beginTransaction();
    try {
        $result = $work($db);
        $db->commit();
        return $result;
    } catch (Throwable $error) {
        if ($db->inTransaction()) {
            $db->rollBack();
        }
        throw $error;
    }
}

function order(string $body): void
{
    $item = json_decode($body, associative: true)['item'] ?? null;
    if (!is_string($item) || $item === '') {
        answer(400, 'the body must be like {"item": "tea"}');
        return;
    }
    $order = in_transaction(function (PDO $db) use ($item): int { // the order and both tasks, or nothing
        $insert = $db->prepare('insert into orders (item) values (?) returning id');
        $insert->execute([$item]);
        $order = $insert->fetchColumn();
        $payload = json_encode(['order' => $order]);
        $db->prepare("select from taskqueue.add('receipts', url => '/tasks/receipt', payload_json => ?)")
            ->execute([$payload]);
        $db->prepare("select from taskqueue.add('packing', payload_json => ?)")->execute([$payload]);
        return $order;
    });
    answer(201, "order $order");
}

function receipt(string $body): void
{
    if (!is_genuine(signing_keys(getenv('PUSH_SECRET') ?: ''), $_SERVER, $body)) {
        answer(403, 'not a task');
        return;
    }
    ['order' => $order] = json_decode($body, associative: true, flags: JSON_THROW_ON_ERROR);
    in_transaction(function (PDO $db) use ($order): void { // whatever else the task writes belongs here
        $db->prepare('insert into receipts (webhook_id, order_id) values (?, ?) on conflict (webhook_id) do nothing')
            ->execute([$_SERVER['HTTP_WEBHOOK_ID'], $order]);
    });
    answer(200, 'done');
}

try {
    $body = file_get_contents('php://input');
    match ($_SERVER['REQUEST_METHOD'] . ' ' . $_SERVER['REQUEST_URI']) {
        'POST /orders' => order($body),
        'POST /tasks/receipt' => receipt($body),
        default => answer(404, 'not found'),
    };
} catch (Throwable $error) {
    error_log((string) $error);
    answer(500, 'failed');
}
