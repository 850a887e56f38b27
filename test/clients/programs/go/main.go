// Goes through Cloud Tasks with Google's client for Go, over gRPC, and prints what it gets.
//
//	main ADDRESS PARENT QUEUE
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	cloudtasks "cloud.google.com/go/cloudtasks/apiv2"
	"github.com/golang/protobuf/ptypes"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	pb "google.golang.org/genproto/googleapis/cloud/tasks/v2"
	"google.golang.org/genproto/protobuf/field_mask"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	address, parent, queue := os.Args[1], os.Args[2], os.Args[2]+"/queues/"+os.Args[3]
	ctx := context.Background()
	connection, err := grpc.Dial(address, grpc.WithInsecure())
	check(err)
	client, err := cloudtasks.NewClient(ctx, option.WithGRPCConn(connection))
	check(err)
	defer client.Close()

	created, err := client.CreateQueue(ctx, &pb.CreateQueueRequest{Parent: parent, Queue: &pb.Queue{Name: queue}})
	check(err)
	fmt.Println("created", created.Name == queue, created.State, created.RateLimits.MaxDispatchesPerSecond, created.RetryConfig.MaxAttempts)
	updated, err := client.UpdateQueue(ctx, &pb.UpdateQueueRequest{
		Queue:      &pb.Queue{Name: queue, RetryConfig: &pb.RetryConfig{MaxAttempts: 7}},
		UpdateMask: &field_mask.FieldMask{Paths: []string{"retry_config.max_attempts"}},
	})
	check(err)
	fmt.Println("updated", updated.RateLimits.MaxDispatchesPerSecond, updated.RetryConfig.MaxAttempts)
	paused, err := client.PauseQueue(ctx, &pb.PauseQueueRequest{Name: queue})
	check(err)
	fmt.Println("paused", paused.State)

	at, _ := ptypes.TimestampProto(time.Now().Add(time.Hour))
	for i := 0; i < 3; i++ {
		task := &pb.Task{
			Name:         fmt.Sprintf("%s/tasks/go-%d", queue, i),
			ScheduleTime: at,
			MessageType: &pb.Task_HttpRequest{HttpRequest: &pb.HttpRequest{
				Url: "https://example.com/", HttpMethod: pb.HttpMethod_PUT, Body: []byte("hello"), Headers: map[string]string{"X-A": "b"},
			}},
		}
		_, err := client.CreateTask(ctx, &pb.CreateTaskRequest{Parent: queue, Task: task})
		check(err)
	}
	tasks := client.ListTasks(ctx, &pb.ListTasksRequest{Parent: queue, PageSize: 2, ResponseView: pb.Task_FULL})
	for {
		task, err := tasks.Next()
		if err == iterator.Done {
			break
		}
		check(err)
		request := task.GetHttpRequest()
		fmt.Println("listed", task.Name[len(queue):], request.HttpMethod, request.Url, string(request.Body), request.Headers["X-A"], task.View)
	}
	check(client.DeleteTask(ctx, &pb.DeleteTaskRequest{Name: queue + "/tasks/go-0"}))
	_, err = client.GetTask(ctx, &pb.GetTaskRequest{Name: queue + "/tasks/never"})
	fmt.Println("get", status.Code(err), status.Convert(err).Message())
	_, err = client.CreateTask(ctx, &pb.CreateTaskRequest{Parent: queue, Task: &pb.Task{MessageType: &pb.Task_HttpRequest{HttpRequest: &pb.HttpRequest{}}}})
	fmt.Println("create", status.Code(err))
	check(client.DeleteQueue(ctx, &pb.DeleteQueueRequest{Name: queue}))
	_, err = client.CreateQueue(ctx, &pb.CreateQueueRequest{Parent: parent, Queue: &pb.Queue{Name: queue}})
	fmt.Println("again", status.Code(err))
}
