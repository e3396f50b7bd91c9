# A reload gave the client less time: who joined under the new rules is rejected at his own deadline, the call goes on.
   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   1s      reload timeout 10s             -> nothing
   2s      request B alice right id=2     -> nothing
   11s     clock                          -> reject B
   20s     factor approved A              -> accept A; login accept approved 1

calls 1
