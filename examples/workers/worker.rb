# A pull worker in Ruby (pg): counts the letters of each task of a queue.
require 'pg'

queue = ARGV.fetch(0)
connection = PG.connect
connection.type_map_for_results = PG::BasicTypeMapForResults.new(connection)

LEASE = 'select name, payload, lease_token from taskqueue.lease_tasks($1, lease_seconds => 60, max_tasks => 10)'
RENEW = 'select from taskqueue.modify_task_lease($1, $2, $3, 120)'
WRITE = "insert into results (task, written_by, letters) values ($1, 'ruby', $2)"
FINISH = 'select taskqueue.delete_task($1, $2, $3) as done'

loop do
  tasks = connection.exec_params(LEASE, [queue]).to_a
  break if tasks.empty?

  tasks.each do |task|
    lease = [queue, task['name'], task['lease_token']]
    connection.exec_params(RENEW, lease)
    connection.transaction do
      connection.exec_params(WRITE, [task['name'], task['payload'].bytesize])
      done = connection.exec_params(FINISH, lease).first['done']
      raise PG::RollbackTransaction unless done # the lease was lost: another worker has the task and will write its result
    end
  end
end
