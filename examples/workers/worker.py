"""A pull worker in Python (psycopg 3): counts the letters of each task of a queue."""

import sys

import psycopg

queue = sys.argv[1]

with psycopg.connect("", autocommit=True) as connection:
    while True:
        tasks = connection.execute(
            "select name, payload, lease_token from taskqueue.lease_tasks(%s, lease_seconds => 60, max_tasks => 10)",
            [queue],
        ).fetchall()
        if not tasks:
            break
        for name, payload, lease_token in tasks:
            connection.execute("select from taskqueue.modify_task_lease(%s, %s, %s, 120)", [queue, name, lease_token])
            with connection.transaction():
                connection.execute(
                    "insert into results (task, written_by, letters) values (%s, 'python', %s)", [name, len(payload)]
                )
                (done,) = connection.execute(
                    "select taskqueue.delete_task(%s, %s, %s)", [queue, name, lease_token]
                ).fetchone()
                if not done:
                    raise psycopg.Rollback()  # the lease was lost: another worker has the task and will write its result
