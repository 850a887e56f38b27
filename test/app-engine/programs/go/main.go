// Calls each function of App Engine's SDK for Go that reaches the service, and prints what comes back.
package main

import (
	"fmt"
	"net/http"
	"time"

	"google.golang.org/appengine"
	"google.golang.org/appengine/taskqueue"
)

func check(what string, err error) {
	if many, ok := err.(appengine.MultiError); ok {
		for n, one := range many {
			fmt.Println(what, n, one)
		}
		return
	}
	fmt.Println(what, err)
}

func main() {
	request, _ := http.NewRequest("GET", "/", nil)
	request.Header.Set("X-Appengine-Api-Ticket", "x")
	ctx := appengine.WithContext(appengine.BackgroundContext(), request)

	task, err := taskqueue.Add(ctx, &taskqueue.Task{Path: "/go", Name: "go-a", Method: "PUT", Payload: []byte("x")}, "push")
	check("added "+task.Name, err)
	_, err = taskqueue.Add(ctx, &taskqueue.Task{Path: "/go", Name: "go-a"}, "push")
	check("again", err)
	_, err = taskqueue.Add(ctx, &taskqueue.Task{Path: "/go"}, "none")
	check("no queue", err)
	named := func(names ...string) (tasks []*taskqueue.Task) {
		for _, name := range names {
			tasks = append(tasks, &taskqueue.Task{Path: "/go", Name: name})
		}
		return
	}
	tasks, err := taskqueue.AddMulti(ctx, named("go-a", "go-b", ""), "push")
	check("partly "+tasks[1].Name, err)
	_, err = taskqueue.AddMulti(ctx, named("go-c", "a b"), "push")
	check("skipped", err)
	check("delete", taskqueue.DeleteMulti(ctx, named("go-a", "go-b", "go-never"), "push"))

	pull := &taskqueue.Task{Method: "PULL", Payload: []byte("p"), Tag: "go", Name: "go-p"}
	_, err = taskqueue.Add(ctx, pull, "pull")
	check("pull", err)
	_, err = taskqueue.Lease(ctx, 1, "push", 60)
	check("lease push", err)
	leased, err := taskqueue.LeaseByTag(ctx, 10, "pull", 60, "go")
	check(fmt.Sprintf("%d %s %s %d", len(leased), leased[0].Payload, leased[0].Tag, leased[0].RetryCount), err)
	before := leased[0].ETA
	check("modify", taskqueue.ModifyLease(ctx, leased[0], "pull", 600))
	fmt.Println("longer", leased[0].ETA.Sub(before).Round(10*time.Second))
	stale := *leased[0]
	stale.ETA = before
	check("stale", taskqueue.ModifyLease(ctx, &stale, "pull", 60))
	check("done", taskqueue.Delete(ctx, leased[0], "pull"))
	stats, err := taskqueue.QueueStats(ctx, []string{"push", "pull", "none"})
	for _, one := range stats {
		fmt.Println("statistics", one.Tasks, one.OldestETA.IsZero(), one.InFlight, one.EnforcedRate)
	}
	check("statistics", err)
	check("purge", taskqueue.Purge(ctx, "push"))
}
