# Takes orders and writes receipts: WEBrick and pg.
require 'json'
require 'pg'
require 'webrick'
require_relative 'task_signature'

KEYS = TaskSignature.keys(ENV.fetch('PUSH_SECRET', ''))
MAX_BODY_BYTES = 1024 * 1024

class App < WEBrick::HTTPServlet::AbstractServlet
  def do_POST(request, response)
    raise WEBrick::HTTPStatus::RequestEntityTooLarge if request['content-length'].to_i > MAX_BODY_BYTES

    response.content_type = 'text/plain; charset=utf-8'
    response.status, response.body =
      case request.unparsed_uri
      when '/orders' then order(request)
      when '/tasks/receipt' then receipt(request)
      else [404, 'not found']
      end
  rescue WEBrick::HTTPStatus::Status
    raise
  rescue StandardError => e
    @logger.error(e)
    response.status = 500
    response.body = 'failed'
  end

  private

  def order(request)
    item = item_of(request.body.to_s)
    return [400, 'the body must be like {"item": "tea"}'] unless item

    order = PG.connect do |connection|
      connection.transaction do # the order and both tasks, or nothing
        id = connection.exec_params('insert into orders (item) values ($1) returning id', [item]).getvalue(0, 0)
        payload = JSON.generate(order: Integer(id))
        connection.exec_params(
          "select from taskqueue.add('receipts', url => '/tasks/receipt', payload_json => $1)", [payload]
        )
        connection.exec_params("select from taskqueue.add('packing', payload_json => $1)", [payload])
        id
      end
    end
    [201, "order #{order}"]
  end

  def receipt(request)
    headers = request.header.transform_values { |values| values.join(', ') }
    body = request.body.to_s
    unless TaskSignature.genuine?(KEYS, request.request_method, request.unparsed_uri, headers, body)
      return [403, 'not a task']
    end

    order = JSON.parse(body).fetch('order')
    PG.connect do |connection|
      connection.transaction do # whatever else the task writes belongs here
        connection.exec_params(
          'insert into receipts (webhook_id, order_id) values ($1, $2) on conflict (webhook_id) do nothing',
          [headers['webhook-id'], order]
        )
      end
    end
    [200, 'done']
  end

  def item_of(body)
    given = JSON.parse(body)
    item = given['item'] if given.is_a?(Hash)
    item if item.is_a?(String) && !item.empty?
  rescue JSON::ParserError
    nil
  end
end

server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: Integer(ENV.fetch('PORT', '3000')))
server.mount('/', App)
%w[INT TERM].each { |signal| trap(signal) { server.shutdown } }
server.start
