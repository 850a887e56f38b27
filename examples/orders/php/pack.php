<?php
// Writes a packing slip for each task of the queue, and stops when none is left.
declare(strict_types=1);

const LEASE = "select name, payload, lease_token
    from taskqueue.lease_tasks('packing', lease_seconds => 60, max_tasks => 10)";
const WRITE = 'insert into packing_slips (order_id) values (?)';
const FINISH = "select taskqueue.delete_task('packing', ?, ?)";
const FAIL = "select from taskqueue.modify_task_lease('packing', ?, ?, lease_seconds => 30, error => ?)";

function pack_order(PDO $db, array $task): void
{
    $payload = stream_get_contents($task['payload']); // PDO gives bytea as a stream
    ['order' => $order] = json_decode($payload, associative: true, flags: JSON_THROW_ON_ERROR);
    $db->beginTransaction();
    $db->prepare(WRITE)->execute([$order]);
    $finish = $db->prepare(FINISH);
    $finish->execute([$task['name'], $task['lease_token']]);
    if ($finish->fetchColumn()) {
        $db->commit();
    } else {
        $db->rollBack(); // the lease was lost: another worker has the task, and writes its slip
    }
}

$db = new PDO('pgsql:');
while ($tasks = $db->query(LEASE)->fetchAll(PDO::FETCH_ASSOC)) {
    foreach ($tasks as $task) {
        try {
            pack_order($db, $task);
        } catch (Throwable $error) {
            if ($db->inTransaction()) {
                $db->rollBack();
            }
            // The task can be leased again in 30 seconds.
            $db->prepare(FAIL)->execute([$task['name'], $task['lease_token'], $error->getMessage()]);
        }
    }
}
