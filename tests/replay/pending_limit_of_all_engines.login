# limits.pending counts over all workers.
engines 2 pending 2

   0       request A alice right id=1                     -> check_password A
   0       request B bob right id=2 engine=1              -> check_password B
   0       request C carol right id=3                     -> drop limit
   0       request D dave right id=4 engine=1             -> drop limit
   1s      password ok B                                  -> start_call B
   2s      factor approved B                              -> accept B; login accept approved 1
   2s      again C                                        -> check_password C
   2s      again D                                        -> drop limit
   3s      password ok A                                  -> start_call A
   3s      password ok C                                  -> start_call C
   4s      factor approved A                              -> accept A; login accept approved 1
   4s      factor approved C                              -> accept C; login accept approved 1

calls 3
