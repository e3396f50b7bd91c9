# As before, but LAB\alice is another person: the old waiter's call ends when that is known.
   0       request A alice right id=7            -> check_password A
   10ms    password ok A identity=alice          -> start_call A
   1s      request B LAB\alice right id=7        -> check_password B
   2s      password ok B identity=lab-alice      -> cancel_call A; login silent superseded 0; start_call B
   4s      factor approved B                     -> accept B; login accept approved 1

calls 2
