# A fresh approval lets in one request, not those that wait with it: then the phone rings for them all.
reuse_approval 10s

   0       request A alice right id=1         -> check_password A
   0       password ok A                      -> start_call A
   2s      factor approved A                  -> accept A; login accept approved 1
   3s      request B alice right id=2         -> check_password B
   3s      request C alice right id=3         -> nothing
   3s      password ok B                      -> start_call B
   5s      factor approved B                  -> accept B; accept C; login accept approved 2

calls 2
