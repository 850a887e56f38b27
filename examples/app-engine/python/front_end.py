"""What App Engine's front end adds to the requests of tasks. Let only pgtaskqueue reach the handlers."""


def behind_front_end(app):
    def wrapped(environ, start_response):
        if 'HTTP_X_APPENGINE_QUEUENAME' in environ:
            environ['HTTP_X_APPENGINE_USER_IP'] = '0.1.0.2'  # deferred runs nothing from elsewhere
        return app(environ, start_response)

    return wrapped
