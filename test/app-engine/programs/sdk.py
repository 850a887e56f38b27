"""Calls each method of App Engine's SDK that reaches the service, and prints what comes back."""

import datetime

from google.appengine.api import apiproxy_stub_map, taskqueue
from google.appengine.api.taskqueue import taskqueue_service_bytes_pb2 as messages
from google.appengine.runtime import apiproxy_errors, default_api_stub

default_api_stub.Register(default_api_stub.DefaultApiStub())
default_api_stub.DefaultApiStub.SetUseRequestSecurityTicketForThread(True)


def outcome(call):
    try:
        result = call()
        return 'ok' if result is None else result
    except Exception as error:
        return type(error).__name__


push, pull = taskqueue.Queue('push'), taskqueue.Queue('pull')
Task = taskqueue.Task


def show(what, *values):
    print(what, *values)


show('named', push.add(Task(url='/a', name='a', method='PUT', payload='x', headers={'X-One': '1'})).name)
show('again', outcome(lambda: push.add(Task(url='/a', name='a'))))
batch = [Task(url='/a', name='a'), Task(url='/b', name='b'), Task(url='/c')]
show('partly', outcome(lambda: push.add(batch)), [task.was_enqueued for task in batch])
later = datetime.datetime.now() + datetime.timedelta(days=40)
batch = [Task(url='/ok'), Task(url='/d', method='GET', params={'a': 1})]
batch[0]._Task__eta_posix += 40 * 86400
show('eta', outcome(lambda: push.add(batch)), [task.was_enqueued for task in batch])
show('eta of the client', outcome(lambda: Task(url='/x', eta=later)))
show('no queue', outcome(lambda: taskqueue.add(url='/x', queue_name='none')))
show('mode', outcome(lambda: pull.add(Task(url='/x'))))
show('deleted', push.delete_tasks_by_name('a').was_deleted, push.delete_tasks_by_name('a').was_deleted)
show('unknown', push.delete_tasks_by_name('never').was_deleted)
show('tombstoned', outcome(lambda: push.add(Task(url='/a', name='a'))))
show('delete from none', outcome(lambda: taskqueue.Queue('none').delete_tasks_by_name('a')))
retry = taskqueue.TaskRetryOptions(task_retry_limit=3, min_backoff_seconds=2.5, task_age_limit=60)
show('retry', push.add(Task(url='/r', name='r', retry_options=retry, dispatch_deadline_usec=20_000_000)).name)

show('pull', len(pull.add([Task(payload=b'\x00\xff', method='PULL', name='p1'), Task(payload='t', method='PULL', tag='x')])))
show('lease push', outcome(lambda: push.lease_tasks(60, 1)))
tasks = pull.lease_tasks(60, 1)
show('lease', [(task.name, task.payload, task.retry_count, task.tag) for task in tasks])
show('tagged', [(task.payload, task.tag) for task in pull.lease_tasks_by_tag(60, 10, tag='x')])
before = tasks[0].eta_posix
pull.modify_task_lease(tasks[0], 600)
show('longer', round(tasks[0].eta_posix - before, -1))
stale = Task(payload='', method='PULL', name='p1', eta=datetime.datetime.now())
show('stale', outcome(lambda: pull.modify_task_lease(stale, 60)))
show('release', outcome(lambda: pull.modify_task_lease(tasks[0], 0)))
tasks = pull.lease_tasks(60, 10)
show('leased again', [(task.name, task.retry_count) for task in tasks])
show('delete', [task.was_deleted for task in pull.delete_tasks(tasks)])
push_stats, pull_stats, none_stats = taskqueue.QueueStatistics.fetch(['push', 'pull', 'none'])
show('statistics', push_stats.tasks, push_stats.oldest_eta_usec is not None, push_stats.in_flight, push_stats.enforced_rate)
show('statistics', pull_stats.tasks, pull_stats.executed_last_minute, none_stats.tasks, none_stats.oldest_eta_usec)


def rpc(method, request, response):
    apiproxy_stub_map.MakeSyncCall('taskqueue', method, request, response)
    return response


queues = rpc('FetchQueues', messages.TaskQueueFetchQueuesRequest(max_rows=10), messages.TaskQueueFetchQueuesResponse())
show('queues', [(q.queue_name, q.bucket_refill_per_second, q.paused, q.mode) for q in queues.queue])
pause = messages.TaskQueuePauseQueueRequest(app_id=b'p', queue_name=b'pull', pause=True)
rpc('PauseQueue', pause, messages.TaskQueuePauseQueueResponse())
show('paused', outcome(lambda: pull.lease_tasks(60, 1)))
pause.pause = False
rpc('PauseQueue', pause, messages.TaskQueuePauseQueueResponse())
show('resumed', len(pull.lease_tasks(60, 1)))
run = messages.TaskQueueForceRunRequest(queue_name=b'push', task_name=b'b')
show('run', rpc('ForceRun', run, messages.TaskQueueForceRunResponse()).result)
run.task_name = b'never'
show('run', rpc('ForceRun', run, messages.TaskQueueForceRunResponse()).result)
query = messages.TaskQueueQueryTasksRequest(queue_name=b'push', start_task_name=b'b', max_rows=2)
show('query', [(t.task_name, t.url, t.method) for t in rpc('QueryTasks', query, messages.TaskQueueQueryTasksResponse()).task])
push.purge()
show('purged', push.fetch_statistics().tasks)
add = messages.TaskQueueBulkAddRequest()
task = add.add_request.add(queue_name=b'push', task_name=b'', eta_usec=1, url=b'/x')
task.transaction.handle, task.transaction.app = 1, b'p'
try:
    rpc('BulkAdd', add, messages.TaskQueueBulkAddResponse())
except apiproxy_errors.ApplicationError as error:
    show('transaction', error.application_error, error.error_detail)
show('another service', outcome(lambda: apiproxy_stub_map.MakeSyncCall('memcache', 'Get', pause, pause)))
