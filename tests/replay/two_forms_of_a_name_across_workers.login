# The same over three workers.
engines 3

   0       request A alice right id=1 engine=0              -> check_password A
   10ms    password ok A identity=alice                     -> start_call A
   1s      request B CORP\alice right id=2 engine=1         -> check_password B
   2s      request C CORP\alice right id=3 engine=2         -> nothing
   3s      password ok B identity=alice                     -> nothing
   4s      factor denied A                                  -> reject A; reject B; reject C; login reject denied 3

calls 1
