# Answers for a login that is over change nothing, whoever gives them.
   0       request A alice right          -> check_password A
   10ms    password ok A                  -> start_call A
   2s      factor denied A                -> reject A; login reject denied 1
   3s      factor approved A              -> nothing
   3s      password ok A                  -> nothing
   3s      again A                        -> reject A again

calls 1
