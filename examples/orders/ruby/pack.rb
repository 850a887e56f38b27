# Writes a packing slip for each task of the queue, and stops when none is left.
require 'json'
require 'pg'

LEASE = "select name, payload, lease_token::text from taskqueue.lease_tasks('packing', lease_seconds => 60, max_tasks => 10)"
WRITE = 'insert into packing_slips (order_id) values ($1)'
FINISH = "select taskqueue.delete_task('packing', $1, $2) as done"
FAIL = "select from taskqueue.modify_task_lease('packing', $1, $2, lease_seconds => 30, error => $3)"

class LeaseLost < StandardError; end

def pack(connection, task)
  order = JSON.parse(task['payload']).fetch('order')
  connection.transaction do
    connection.exec_params(WRITE, [order])
    done = connection.exec_params(FINISH, task.values_at('name', 'lease_token')).first['done']
    raise LeaseLost unless done # rolls back
  end
rescue LeaseLost
  # Another worker has the task, and writes its slip.
end

PG.connect do |connection|
  connection.type_map_for_results = PG::BasicTypeMapForResults.new(connection)
  until (tasks = connection.exec(LEASE).to_a).empty?
    tasks.each do |task|
      pack(connection, task)
    rescue StandardError => e # the task can be leased again in 30 seconds
      connection.exec_params(FAIL, [*task.values_at('name', 'lease_token'), e.message])
    end
  end
end
