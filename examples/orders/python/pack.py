"""Writes a packing slip for each task of the queue, and stops when none is left."""

import json

import psycopg

LEASE = "select name, payload, lease_token from taskqueue.lease_tasks('packing', lease_seconds => 60, max_tasks => 10)"
WRITE = "insert into packing_slips (order_id) values (%s)"
FINISH = "select taskqueue.delete_task('packing', %s, %s)"
FAIL = "select from taskqueue.modify_task_lease('packing', %s, %s, lease_seconds => 30, error => %s)"


def pack(connection, name, payload, lease_token):
    order = json.loads(payload)["order"]
    with connection.transaction():
        connection.execute(WRITE, [order])
        (done,) = connection.execute(FINISH, [name, lease_token]).fetchone()
        if not done:  # the lease was lost: another worker has the task, and writes its slip
            raise psycopg.Rollback()


with psycopg.connect(autocommit=True) as connection:
    while tasks := connection.execute(LEASE).fetchall():
        for name, payload, lease_token in tasks:
            try:
                pack(connection, name, payload, lease_token)
            except Exception as error:  # the task can be leased again in 30 seconds
                connection.execute(FAIL, [name, lease_token, str(error)])
