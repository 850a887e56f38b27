// Orders takes orders and writes receipts, or with the argument "pack" writes packing slips: net/http and lib/pq.
package main

import (
	"database/sql"
	"log"
	"net/http"
	"os"
	"time"

	_ "github.com/lib/pq"
)

func main() {
	db, err := sql.Open("postgres", "") // connects by libpq's variables, PGHOST and so on
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 1 && os.Args[1] == "pack" {
		if err := pack(db); err != nil {
			log.Fatal(err)
		}
		return
	}
	keys, err := signingKeys(os.Getenv("PUSH_SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	server := &http.Server{
		Addr:              "127.0.0.1:" + port,
		Handler:           handler(db, keys),
		ReadHeaderTimeout: 10 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}
