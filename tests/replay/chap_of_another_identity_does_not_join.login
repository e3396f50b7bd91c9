# Without a password to tell two people of one name apart, it is the identity that the primary gave.
methods chap

   0       request A A\alice - id=1 chap                    -> check_password A
   0       request B B\alice - id=2 chap                    -> check_password B
   10ms    password ok A identity=alice@a                   -> start_call A
   10ms    password ok B identity=alice@b                   -> start_call B
   4s      factor approved A                                -> accept A; login accept approved 1
   5s      factor denied B                                  -> reject B; login reject denied 1

calls 2
