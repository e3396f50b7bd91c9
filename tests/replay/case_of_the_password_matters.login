# The password is bytes: nothing about it is folded.
   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   1s      request B alice Right id=2     -> check_password B
   1s      password wrong B               -> nothing
   2s      clock                          -> reject B; login reject wrong_password 1
   3s      factor approved A              -> accept A; login accept approved 1

calls 1
