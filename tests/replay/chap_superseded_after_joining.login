# The same address and id with a new authenticator, by CHAP: it joins when its primary has said yes, and only then is the old waiter dropped.
methods pap,chap

   0       request A alice - id=7 chap        -> check_password A
   10ms    password ok A                      -> start_call A
   3s      request B alice - id=7 chap        -> check_password B
   3010ms  password ok B                      -> nothing
   5s      factor approved A                  -> accept B; login accept approved 1

calls 1
