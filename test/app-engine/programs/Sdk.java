import static com.google.appengine.api.taskqueue.TaskOptions.Builder.withUrl;

import com.google.appengine.api.taskqueue.Queue;
import com.google.appengine.api.taskqueue.QueueFactory;
import com.google.appengine.api.taskqueue.QueueStatistics;
import com.google.appengine.api.taskqueue.TaskHandle;
import com.google.appengine.api.taskqueue.TaskOptions;
import com.google.appengine.tools.remoteapi.RemoteApiInstaller;
import com.google.appengine.tools.remoteapi.RemoteApiOptions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Calls each method of App Engine's SDK for Java that reaches the service, and prints what comes back. */
public class Sdk {
  static void show(String what, Callable<Object> call) {
    try {
      System.out.println(what + " " + call.call());
    } catch (Exception error) {
      System.out.println(what + " " + error.getClass().getSimpleName() + ": " + error.getMessage());
    }
  }

  static TaskOptions pulled(String name) {
    return TaskOptions.Builder.withMethod(TaskOptions.Method.PULL).payload("p").tag("java").taskName(name);
  }

  public static void main(String[] args) throws Exception {
    RemoteApiInstaller installer = new RemoteApiInstaller();
    installer.install(
        new RemoteApiOptions()
            .server("localhost", Integer.parseInt(args[0]))
            .credentials("a@example.com", "")
            .remoteApiPath("/_ah/remote_api"));
    Queue push = QueueFactory.getQueue("push");
    Queue pull = QueueFactory.getQueue("pull");
    Queue none = QueueFactory.getQueue("none");
    show("named", () -> push.add(withUrl("/java").taskName("java-a").param("k", "v")).getName());
    show("again", () -> push.add(withUrl("/java").taskName("java-a")));
    show("no queue", () -> none.add(withUrl("/java")));
    show("purge none", () -> {
      none.purge();
      return "ok";
    });
    show("mode", () -> pull.add(withUrl("/java")));
    show("several", () -> push.add(Arrays.asList(withUrl("/java"), withUrl("/java").etaMillis(1))).size());
    show("delete", () -> push.deleteTask("java-a") + " " + push.deleteTask("java-a") + " " + push.deleteTask("java-never"));
    show("pull", () -> pull.add(Arrays.asList(pulled("java-1"), pulled("java-2"))).size());
    show("lease push", () -> push.leaseTasks(60, TimeUnit.SECONDS, 1));
    List<TaskHandle> tasks = pull.leaseTasksByTag(60, TimeUnit.SECONDS, 10, "java");
    show("lease", () -> tasks.size() + " " + new String(tasks.get(0).getPayload()) + " " + tasks.get(0).getRetryCount());
    show("modify", () -> pull.modifyTaskLease(tasks.get(0), 600, TimeUnit.SECONDS).getName());
    show("delete all", () -> pull.deleteTask(tasks));
    show("gone", () -> pull.modifyTaskLease(tasks.get(1), 600, TimeUnit.SECONDS));
    QueueStatistics statistics = push.fetchStatistics();
    show("statistics", () -> statistics.getNumTasks() + " " + statistics.getRequestsInFlight() + " " + statistics.getEnforcedRate());
    push.purge();
    show("purged", () -> push.fetchStatistics().getNumTasks() + " " + push.fetchStatistics().getOldestEtaUsec());
    installer.uninstall();
  }
}
