// Goes through Cloud Tasks with Google's REST client for Go, and prints what it gets.
//
//	main URL PARENT QUEUE
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"google.golang.org/api/cloudtasks/v2"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	url, parent, queue := os.Args[1], os.Args[2], os.Args[2]+"/queues/"+os.Args[3]
	service, err := cloudtasks.NewService(context.Background(), option.WithEndpoint(url+"/"), option.WithHTTPClient(http.DefaultClient))
	check(err)
	queues := service.Projects.Locations.Queues

	created, err := queues.Create(parent, &cloudtasks.Queue{Name: queue}).Do()
	check(err)
	fmt.Println("created", created.Name == queue, created.State, created.RateLimits.MaxDispatchesPerSecond, created.RetryConfig.MinBackoff)
	settings := &cloudtasks.Queue{RetryConfig: &cloudtasks.RetryConfig{MaxAttempts: 7}}
	updated, err := queues.Patch(queue, settings).UpdateMask("retryConfig.maxAttempts").Do()
	check(err)
	fmt.Println("updated", updated.RateLimits.MaxDispatchesPerSecond, updated.RetryConfig.MaxAttempts)
	paused, err := queues.Pause(queue, &cloudtasks.PauseQueueRequest{}).Do()
	check(err)
	fmt.Println("paused", paused.State)

	for i := 0; i < 3; i++ {
		request := &cloudtasks.HttpRequest{Url: "https://example.com/", HttpMethod: "PUT", Body: "aGVsbG8=", Headers: map[string]string{"X-A": "b"}}
		task := &cloudtasks.Task{Name: fmt.Sprintf("%s/tasks/go-%d", queue, i), HttpRequest: request}
		_, err := queues.Tasks.Create(queue, &cloudtasks.CreateTaskRequest{Task: task, ResponseView: "FULL"}).Do()
		check(err)
	}
	check(queues.Tasks.List(queue).PageSize(2).ResponseView("FULL").Pages(context.Background(), func(page *cloudtasks.ListTasksResponse) error {
		for _, task := range page.Tasks {
			request := task.HttpRequest
			fmt.Println("listed", task.Name[len(queue):], request.HttpMethod, request.Url, request.Body, request.Headers["X-A"], task.View)
		}
		return nil
	}))
	_, err = queues.Tasks.Delete(queue + "/tasks/go-0").Do()
	check(err)
	_, err = queues.Tasks.Get(queue + "/tasks/never").Do()
	fmt.Println("get", err.(*googleapi.Error).Code, err.(*googleapi.Error).Message)
	_, err = queues.Delete(queue).Do()
	check(err)
}
