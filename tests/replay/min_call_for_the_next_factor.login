# The next factor is no exception: with less than min_call left it is not started.
factors phone,passcode min_call 10s

   0       request A alice right          -> check_password A
   30s     password ok A                  -> start_call A
   45s     factor not_enrolled A          -> reject A; login reject deadline 1

calls 1
