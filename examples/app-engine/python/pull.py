"""A worker for a pull queue, outside of any request: it registers what wrap_wsgi_app registers for requests."""

from google.appengine.api import taskqueue
from google.appengine.runtime import default_api_stub

default_api_stub.Register(default_api_stub.DefaultApiStub())
default_api_stub.DefaultApiStub.SetUseRequestSecurityTicketForThread(True)

queue = taskqueue.Queue('reports')
queue.add([taskqueue.Task(payload=f'page {n}', method='PULL', tag='pages') for n in (1, 2)])
for task in queue.lease_tasks_by_tag(lease_seconds=60, max_tasks=10, tag='pages'):
    queue.modify_task_lease(task, 120)
    print(task.payload.decode(), 'attempt', task.retry_count)
    queue.delete_tasks(task)
print('left', queue.fetch_statistics().tasks)
