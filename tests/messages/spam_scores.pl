# The score of each mail that is named. SpamAssassin's rules are read once, which takes seconds; each mail is judged in
# a process of its own, since what one mail leaves behind changes the score of the next.
use strict;
use warnings;
use Mail::SpamAssassin;
use POSIX ();

my $filter = Mail::SpamAssassin->new({ local_tests_only => 1, dont_copy_prefs => 1 });
$filter->compile_now(0);
$| = 1;
for my $file (@ARGV) {
    my $child = fork() // die "no process: $!";
    if (!$child) {
        open(my $mail, '<:raw', $file) or die "$file: $!";
        my $judged = $filter->check($filter->parse([<$mail>]));
        printf("%.1f\n", $judged->get_score());
        POSIX::_exit(0);
    }
    waitpid($child, 0);
    die "$file was not judged" if $?;
}
