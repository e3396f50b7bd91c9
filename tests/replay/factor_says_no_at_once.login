# Busy, declined, bad number, hung up, denied, fraud: rejected in that moment, each with its own reason.
   0       request A alice right id=1     -> check_password A
   0       request B bob right id=2       -> check_password B
   0       request C carol right id=3     -> check_password C
   0       request D dave right id=4      -> check_password D
   0       request E erin right id=5      -> check_password E
   0       request F frank right id=6     -> check_password F
   1ms     password ok A                  -> start_call A
   1ms     password ok B                  -> start_call B
   1ms     password ok C                  -> start_call C
   1ms     password ok D                  -> start_call D
   1ms     password ok E                  -> start_call E
   1ms     password ok F                  -> start_call F
   100ms   factor busy A                  -> reject A; login reject busy 1
   101ms   factor declined B              -> reject B; login reject declined 1
   102ms   factor bad_number C            -> reject C; login reject bad_number 1
   103ms   factor hung_up D               -> reject D; login reject hung_up 1
   104ms   factor denied E                -> reject E; login reject denied 1
   105ms   factor fraud F                 -> reject F; login reject fraud 1

calls 6
