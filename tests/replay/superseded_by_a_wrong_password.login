# As before, but the new one's password is wrong for his name: the old waiter goes all the same.
   0       request A alice right id=7            -> check_password A
   10ms    password ok A identity=alice          -> start_call A
   1s      request B LAB\alice right id=7        -> check_password B
   1s      password wrong B                      -> cancel_call A; login silent superseded 0
   2s      clock                                 -> reject B; login reject wrong_password 1

calls 1
