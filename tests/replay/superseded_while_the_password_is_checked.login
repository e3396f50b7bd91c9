# The same, before the primary has answered: the check is given up, nothing rings.
   0       request A alice right id=7     -> check_password A
   3s      request B bob right id=7       -> check_password B; cancel_primary A; login silent superseded 0
   3s      password ok A                  -> nothing
   3500ms  password unknown B             -> nothing
   4s      clock                          -> reject B; login reject unknown_user 1

calls 0
