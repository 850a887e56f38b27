"""An application for App Engine's SDK: GET /orders adds tasks, and the tasks call it."""

import os
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

from google.appengine.api import taskqueue, wrap_wsgi_app
from google.appengine.ext import deferred

from front_end import behind_front_end


def add_tasks():
    task = taskqueue.add(url='/receipt', params={'order': 7}, target='worker')
    print('added', task.queue_name, bool(task.name), flush=True)
    rpcs = [
        taskqueue.Queue('mail').add_async(taskqueue.Task(url='/mail', params={'to': to}, countdown=0))
        for to in ('ada@example.com', 'alan@example.com')
    ]
    for rpc in rpcs:
        print('added', rpc.get_result().queue_name, flush=True)
    deferred.defer(greet, 'Ada', greeting='Hello')


def greet(name, greeting):
    print('deferred', greeting, name, flush=True)


def application(environ, start_response):
    if environ['PATH_INFO'] == '/orders':
        add_tasks()
    else:
        body = environ['wsgi.input'].read(int(environ['CONTENT_LENGTH']))
        form = sorted(parse_qs(body.decode()).items())
        print(environ['HTTP_X_APPENGINE_QUEUENAME'], environ['PATH_INFO'], form, flush=True)
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'ok']


if __name__ == '__main__':
    wrapped = behind_front_end(wrap_wsgi_app(application, use_deferred=True))
    with make_server('127.0.0.1', int(os.environ.get('PORT', '8080')), wrapped) as server:
        print('listening', server.server_port, flush=True)
        server.serve_forever()
