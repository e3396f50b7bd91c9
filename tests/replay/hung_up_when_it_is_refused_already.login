# What is refused keeps its reason and its delay; nobody who picks up is waited for when an administrator ends it.
   0       request A alice wrong id=1                -> check_password A
   10ms    password wrong A                          -> nothing
   500ms   hang_up A                                 -> nothing
   1s      clock                                     -> reject A; login reject wrong_password 1
   2s      request B bob right id=2                  -> check_password B
   2s      password ok B                             -> start_call B
   5s      factor no_answer B                        -> nothing
   6s      hang_up B                                 -> reject B; login reject hung_up 1

calls 1
