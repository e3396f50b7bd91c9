# What two clients ask is two logins, even for one user with one password.
   0       request A alice right peer=10.0.1.23:40000            -> check_password A
   0       request B alice right peer=10.0.2.23:40000            -> check_password B
   10ms    password ok A                                         -> start_call A
   10ms    password ok B                                         -> start_call B
   4s      factor approved A                                     -> accept A; login accept approved 1
   5s      factor denied B                                       -> reject B; login reject denied 1

calls 2
