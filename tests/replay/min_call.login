# With less than min_call left no call is started; with exactly that it is.
min_call 10s

   0       request A alice right id=1     -> check_password A
   0       request B bob right id=2       -> check_password B
   39s     password ok A                  -> start_call A
   39001ms password ok B                  -> reject B; login reject deadline 1
   40s     factor approved A              -> accept A; login accept approved 1

calls 1
