package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
)

const maxBodyBytes = 1024 * 1024

type order struct {
	Order int64 `json:"order"`
}

func handler(db *sql.DB, keys [][]byte) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/orders", post(func(w http.ResponseWriter, r *http.Request, body []byte) error {
		var given struct{ Item string }
		if err := json.Unmarshal(body, &given); err != nil || given.Item == "" {
			http.Error(w, `the body must be like {"item": "tea"}`, http.StatusBadRequest)
			return nil
		}
		id, err := placeOrder(r.Context(), db, given.Item)
		if err != nil {
			return err
		}
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, "order %d\n", id)
		return nil
	}))
	mux.HandleFunc("/tasks/receipt", post(func(w http.ResponseWriter, r *http.Request, body []byte) error {
		if !isGenuine(keys, r, body) {
			http.Error(w, "not a task", http.StatusForbidden)
			return nil
		}
		var task order
		if err := json.Unmarshal(body, &task); err != nil {
			return err
		}
		if err := writeReceipt(r.Context(), db, r.Header.Get("webhook-id"), task.Order); err != nil {
			return err
		}
		fmt.Fprintln(w, "done")
		return nil
	}))
	return mux
}

// post reads the body of a POST request, and answers an error with 500.
func post(handle func(http.ResponseWriter, *http.Request, []byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
			return
		}
		if err == nil {
			err = handle(w, r, body)
		}
		if err != nil {
			log.Print(err)
			http.Error(w, "failed", http.StatusInternalServerError)
		}
	}
}

// placeOrder writes the order and adds both of its tasks, or does nothing.
func placeOrder(ctx context.Context, db *sql.DB, item string) (id int64, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := tx.QueryRowContext(ctx, "insert into orders (item) values ($1) returning id", item).Scan(&id); err != nil {
		return 0, err
	}
	payload, err := json.Marshal(order{id})
	if err != nil {
		return 0, err
	}
	const addReceipt = "select from taskqueue.add('receipts', url => '/tasks/receipt', payload_json => $1)"
	if _, err := tx.ExecContext(ctx, addReceipt, payload); err != nil {
		return 0, err
	}
	const addPacking = "select from taskqueue.add('packing', payload_json => $1)"
	if _, err := tx.ExecContext(ctx, addPacking, payload); err != nil {
		return 0, err
	}
	return id, tx.Commit()
}

// writeReceipt writes one receipt for a task, however often the task is delivered.
func writeReceipt(ctx context.Context, db *sql.DB, webhookID string, id int64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	const write = "insert into receipts (webhook_id, order_id) values ($1, $2) on conflict (webhook_id) do nothing"
	if _, err := tx.ExecContext(ctx, write, webhookID, id); err != nil {
		return err
	}
	return tx.Commit() // whatever else the task writes belongs in this transaction
}
