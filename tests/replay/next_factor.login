# The first factor that the user has is used.
factors phone,passcode,robot

   0       request A alice right          -> check_password A
   10ms    password ok A                  -> start_call A
   20ms    factor not_enrolled A          -> start_call A passcode
   5s      factor approved A              -> accept A; login accept approved 1
   6s      request B bob right id=2       -> check_password B
   6s      password ok B                  -> start_call B
   6s      factor not_enrolled B          -> start_call B passcode
   6s      factor not_enrolled B          -> start_call B robot
   55s     clock                          -> cancel_call B; reject B; login reject deadline 1

calls 5
