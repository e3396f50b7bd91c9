# A refusal that waits for its delay is not sent to one who has asked anew.
   0       request A alice wrong id=7     -> check_password A
   10ms    password wrong A               -> nothing
   500ms   request B alice right id=7     -> check_password B; login silent superseded 0
   510ms   password ok B                  -> start_call B
   3s      factor approved B              -> accept B; login accept approved 1

calls 1
