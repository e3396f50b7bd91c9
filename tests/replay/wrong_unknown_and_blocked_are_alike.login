# Wrong password, unknown user, blocked user: the same packet at the same time, whatever the primary took.
   0       request A alice guess id=1     -> check_password A
   0       request B nobody x id=2        -> check_password B
   0       request C carol right id=3     -> check_password C
   5ms     password unknown B             -> nothing
   300ms   password wrong A               -> nothing
   900ms   password blocked C             -> nothing
   1s      clock -> reject A; reject B; reject C; login reject wrong_password 1; login reject unknown_user 1; login reject blocked 1

calls 0
