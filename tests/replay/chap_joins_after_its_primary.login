# Other methods than PAP join once their own primary said yes.
methods pap,chap

   0       request A alice - id=1 chap        -> check_password A
   10ms    password ok A                      -> start_call A
   1s      request B alice - id=2 chap        -> check_password B
   1010ms  password ok B 25=b                 -> nothing
   2s      request C alice - id=3 chap        -> check_password C
   2010ms  password wrong C                   -> nothing
   3s      clock                              -> reject C; login reject wrong_password 1
   4s      factor approved A                  -> accept A; accept B 25=b; login accept approved 2

calls 1
