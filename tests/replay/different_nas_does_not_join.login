# NAS-Identifier is part of what makes two requests one login.
   0       request A alice right id=1 nas=gate1           -> check_password A
   0       request B alice right id=2 nas=gate2           -> check_password B
   10ms    password ok A                                  -> start_call A
   10ms    password ok B                                  -> start_call B
   3s      factor busy A                                  -> reject A; login reject busy 1
   3s      factor approved B                              -> accept B; login accept approved 1

calls 2
