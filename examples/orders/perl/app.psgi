# Takes orders and writes receipts: Plack and DBD::Pg.
use strict;
use warnings;
use DBD::Pg;
use DBI;
use File::Basename qw(dirname);
use JSON::PP qw(decode_json encode_json);
use lib dirname(__FILE__);
use TaskSignature qw(is_genuine signing_keys);

my $MAX_BODY_BYTES = 1024 * 1024;
my @keys = signing_keys($ENV{PUSH_SECRET} // '');

# Commits what the work writes, or rolls it back if the work dies.
sub in_transaction {
    my ($work) = @_;
    my $dbh = DBI->connect('dbi:Pg:', '', '', { RaiseError => 1, PrintError => 0, AutoCommit => 0 });
    my $result = eval { my $done = $work->($dbh); $dbh->commit; $done };
    my $error = $@;
    $dbh->disconnect; # rolls back what was not committed
    die $error if $error ne '';
    return $result;
}

sub order {
    my ($body) = @_;
    my $item = eval { decode_json($body)->{item} };
    return (400, 'the body must be like {"item": "tea"}') if !defined $item || ref $item || $item eq '';
    my $order = in_transaction(sub { # the order and both tasks, or nothing
        my ($dbh) = @_;
        my ($id) = $dbh->selectrow_array('insert into orders (item) values (?) returning id', {}, $item);
        my $payload = encode_json({ order => $id + 0 });
        $dbh->do(q{select from taskqueue.add('receipts', url => '/tasks/receipt', payload_json => ?)}, {}, $payload);
        $dbh->do(q{select from taskqueue.add('packing', payload_json => ?)}, {}, $payload);
        return $id;
    });
    return (201, "order $order");
}

sub receipt {
    my ($env, $body) = @_;
    return (403, 'not a task') unless is_genuine(\@keys, $env, $body);
    my $order = decode_json($body)->{order};
    in_transaction(sub { # whatever else the task writes belongs here
        my ($dbh) = @_;
        $dbh->do('insert into receipts (webhook_id, order_id) values (?, ?) on conflict (webhook_id) do nothing',
            {}, $env->{HTTP_WEBHOOK_ID}, $order);
    });
    return (200, 'done');
}

sub respond {
    my ($env) = @_;
    my $length = $env->{CONTENT_LENGTH} || 0;
    return (413, 'the body is too large') if $length > $MAX_BODY_BYTES;
    my $body = '';
    $env->{'psgi.input'}->read($body, $length);
    my $request = "$env->{REQUEST_METHOD} $env->{REQUEST_URI}";
    return order($body) if $request eq 'POST /orders';
    return receipt($env, $body) if $request eq 'POST /tasks/receipt';
    return (404, 'not found');
}

sub {
    my ($env) = @_;
    my ($status, $text) = eval { respond($env) };
    if ($@) {
        $env->{'psgi.errors'}->print($@);
        ($status, $text) = (500, 'failed');
    }
    return [$status, ['Content-Type' => 'text/plain; charset=utf-8'], ["$text\n"]];
};
