# A reject of that user ends his fresh approval, from whatever station it came.
reuse_approval 60s

   0       request A alice right id=1                 -> check_password A
   0       password ok A                              -> start_call A
   5s      factor approved A                          -> accept A; login accept approved 1
   6s      request B CORP\alice guess id=2 station=x  -> check_password B
   6s      password wrong B                           -> nothing
   7s      clock                                      -> reject B; login reject wrong_password 1
   8s      request C alice right id=3                 -> check_password C
   8s      password ok C                              -> start_call C
   9s      factor approved C                          -> accept C; login accept approved 1

calls 2
