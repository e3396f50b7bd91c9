# The same source and identifier with the name typed in another form: the old waiter goes when the new one has joined its call, not before.
   0       request A alice right id=7            -> check_password A
   10ms    password ok A identity=alice          -> start_call A
   1s      request B CORP\alice right id=7       -> check_password B
   2s      password ok B identity=alice          -> nothing
   4s      factor approved A                     -> accept B; login accept approved 1

calls 1
