# Writes a packing slip for each task of the queue, and stops when none is left.
use strict;
use warnings;
use DBD::Pg;
use DBI;
use JSON::PP qw(decode_json);

my $LEASE = q{select name, payload, lease_token from taskqueue.lease_tasks('packing', lease_seconds => 60, max_tasks => 10)};
my $WRITE = q{insert into packing_slips (order_id) values (?)};
my $FINISH = q{select taskqueue.delete_task('packing', ?, ?)};
my $FAIL = q{select from taskqueue.modify_task_lease('packing', ?, ?, lease_seconds => 30, error => ?)};

my $dbh = DBI->connect('dbi:Pg:', '', '', { RaiseError => 1, PrintError => 0, AutoCommit => 1 });

sub pack_order {
    my ($name, $payload, $lease_token) = @_;
    my $order = decode_json($payload)->{order};
    $dbh->begin_work;
    $dbh->do($WRITE, {}, $order);
    my ($done) = $dbh->selectrow_array($FINISH, {}, $name, $lease_token);
    # If the lease was lost, another worker has the task, and writes its slip.
    $done ? $dbh->commit : $dbh->rollback;
}

while (1) {
    my $tasks = $dbh->selectall_arrayref($LEASE);
    last unless @$tasks;
    for my $task (@$tasks) {
        next if eval { pack_order(@$task); 1 };
        my $error = $@;
        $dbh->rollback unless $dbh->{AutoCommit}; # it failed within the transaction
        my ($name, undef, $lease_token) = @$task;
        $dbh->do($FAIL, {}, $name, $lease_token, $error); # the task can be leased again in 30 seconds
    }
}
$dbh->disconnect;
