import static com.google.appengine.api.taskqueue.TaskOptions.Builder.withPayload;
import static com.google.appengine.api.taskqueue.TaskOptions.Builder.withUrl;

import com.google.appengine.api.taskqueue.DeferredTask;
import com.google.appengine.api.taskqueue.LeaseOptions;
import com.google.appengine.api.taskqueue.Queue;
import com.google.appengine.api.taskqueue.QueueFactory;
import com.google.appengine.api.taskqueue.TaskHandle;
import com.google.appengine.api.taskqueue.TaskOptions;
import com.google.appengine.tools.remoteapi.RemoteApiInstaller;
import com.google.appengine.tools.remoteapi.RemoteApiOptions;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Adds tasks with App Engine's SDK, and works on those of a pull queue: java Orders PORT. */
public class Orders {
  public static void main(String[] args) throws Exception {
    RemoteApiInstaller installer = new RemoteApiInstaller();
    installer.install(
        new RemoteApiOptions()
            .server("localhost", Integer.parseInt(args[0]))
            .credentials("orders@example.com", "")
            .remoteApiPath("/_ah/remote_api"));
    try {
      push();
      pull();
    } finally {
      installer.uninstall();
    }
  }

  static void push() throws Exception {
    Queue queue = QueueFactory.getDefaultQueue();
    TaskHandle task = queue.add(withUrl("/receipt").param("order", "7"));
    System.out.println("added " + task.getQueueName());
    Future<TaskHandle> later = queue.addAsync(withUrl("/mail").param("to", "ada@example.com").countdownMillis(0));
    System.out.println("added " + later.get().getQueueName());
    queue.add(withPayload(new Greeting("Ada")));
  }

  static void pull() {
    Queue queue = QueueFactory.getQueue("reports");
    queue.add(TaskOptions.Builder.withMethod(TaskOptions.Method.PULL).payload("page 1").tag("pages"));
    List<TaskHandle> tasks =
        queue.leaseTasks(LeaseOptions.Builder.withTag("pages").leasePeriod(60, TimeUnit.SECONDS).countLimit(10));
    for (TaskHandle task : tasks) {
      queue.modifyTaskLease(task, 120, TimeUnit.SECONDS);
      System.out.println(new String(task.getPayload()) + " deleted " + queue.deleteTask(task));
    }
    System.out.println("left " + queue.fetchStatistics().getNumTasks());
  }

  /** The handler of /_ah/queue/__deferred__ reads it and runs it. */
  static class Greeting implements DeferredTask {
    private static final long serialVersionUID = 1L;
    private final String name;

    Greeting(String name) {
      this.name = name;
    }

    @Override
    public void run() {
      System.out.println("Hello " + name);
    }
  }
}
