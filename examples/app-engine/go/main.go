// An application for App Engine's SDK: GET /orders adds tasks, and the tasks call it.
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"google.golang.org/appengine"
	"google.golang.org/appengine/delay"
	"google.golang.org/appengine/taskqueue"
)

var greet = delay.Func("greet", func(ctx context.Context, name string) {
	fmt.Println("delayed", name)
})

func orders(w http.ResponseWriter, r *http.Request) {
	if ticket := os.Getenv("TICKET"); ticket != "" {
		r.Header.Set("X-Appengine-Api-Ticket", ticket) // a token of pgtaskqueue, if the server has one
	}
	ctx := appengine.NewContext(r)
	task, err := taskqueue.Add(ctx, taskqueue.NewPOSTTask("/receipt", url.Values{"order": {"7"}}), "")
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	fmt.Println("added", task.Method, task.Name != "")
	if err := greet.Call(ctx, "Ada"); err != nil {
		http.Error(w, err.Error(), 500)
	}
}

func main() {
	http.HandleFunc("/orders", orders)
	http.HandleFunc("/receipt", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Header.Get("X-Appengine-Queuename"), r.URL.Path, r.FormValue("order"))
	})
	appengine.Main()
}
