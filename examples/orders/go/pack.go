package main

import (
	"database/sql"
	"encoding/json"
)

type leased struct {
	name, token string
	payload     []byte
}

// pack writes a packing slip for each task of the queue, and stops when none is left.
func pack(db *sql.DB) error {
	for {
		tasks, err := lease(db)
		if err != nil || len(tasks) == 0 {
			return err
		}
		for _, task := range tasks {
			failure := finish(db, task)
			if failure == nil {
				continue
			}
			// The task can be leased again in 30 seconds.
			const fail = "select from taskqueue.modify_task_lease('packing', $1, $2, lease_seconds => 30, error => $3)"
			if _, err := db.Exec(fail, task.name, task.token, failure.Error()); err != nil {
				return err
			}
		}
	}
}

func lease(db *sql.DB) (tasks []leased, err error) {
	rows, err := db.Query(`select name, payload, lease_token
		from taskqueue.lease_tasks('packing', lease_seconds => 60, max_tasks => 10)`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var task leased
		if err := rows.Scan(&task.name, &task.payload, &task.token); err != nil {
			return nil, err
		}
		tasks = append(tasks, task)
	}
	return tasks, rows.Err()
}

// finish writes the slip and ends its task in one transaction.
func finish(db *sql.DB, task leased) error {
	var given order
	if err := json.Unmarshal(task.payload, &given); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec("insert into packing_slips (order_id) values ($1)", given.Order); err != nil {
		return err
	}
	var done bool
	const end = "select taskqueue.delete_task('packing', $1, $2)"
	if err := tx.QueryRow(end, task.name, task.token).Scan(&done); err != nil {
		return err
	}
	if !done {
		return nil // the lease was lost: another worker has the task, and writes its slip
	}
	return tx.Commit()
}
