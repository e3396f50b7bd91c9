# A limit, and the policy says silent.
   0       request A alice right          -> check_password A
   10ms    password ok A                  -> start_call A
   1s      factor limit A                 -> drop limit
   2s      again A                        -> nothing

calls 1
