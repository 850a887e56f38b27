# A pull worker in Perl (DBD::Pg): counts the letters of each task of a queue.
use strict;
use warnings;
use DBI;
use DBD::Pg;

my $queue = shift or die "usage: worker.pl QUEUE\n";
my $dbh = DBI->connect('dbi:Pg:', '', '', { RaiseError => 1, PrintError => 0, AutoCommit => 1 });

while (1) {
    my $tasks = $dbh->selectall_arrayref(
        'select name, payload, lease_token from taskqueue.lease_tasks(?, lease_seconds => 60, max_tasks => 10)', {}, $queue);
    last unless @$tasks;
    for my $task (@$tasks) {
        my ($name, $payload, $lease_token) = @$task;
        $dbh->do('select from taskqueue.modify_task_lease(?, ?, ?, 120)', {}, $queue, $name, $lease_token);
        $dbh->begin_work;
        $dbh->do(q{insert into results (task, written_by, letters) values (?, 'perl', ?)}, {}, $name, length $payload);
        my ($done) = $dbh->selectrow_array('select taskqueue.delete_task(?, ?, ?)', {}, $queue, $name, $lease_token);
        # If the lease was lost, another worker has the task and will write its result.
        $done ? $dbh->commit : $dbh->rollback;
    }
}
$dbh->disconnect;
